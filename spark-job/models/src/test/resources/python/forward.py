"""python forward.py MODEL.safetensors CLIPS.safetensors MODEL.pt: logits of a Slow network as JSON, by torch alone,
and the scores of the same network as TorchScript."""
import json, sys
import torch, torch.nn.functional as F
from safetensors.torch import load_file

w, clips = load_file(sys.argv[1]), load_file(sys.argv[2])
with open(sys.argv[1], "rb") as f:
    header = json.loads(f.read(int.from_bytes(f.read(8), "little")))

def unit(x, conv, norm, stride=(1, 1, 1)):
    k = w[conv + ".weight"]
    x = F.conv3d(x, k, stride=stride, padding=[s // 2 for s in k.shape[2:]])
    global macs
    macs += x[0].numel() * (k[0].numel() + 1)  # and one each for normalisation
    return F.batch_norm(x, w[norm + ".running_mean"], w[norm + ".running_var"], w[norm + ".weight"], w[norm + ".bias"])

macs = 0
x = unit(clips["x"], "s1.pathway0_stem.conv", "s1.pathway0_stem.bn", (1, 2, 2)).relu()
x = F.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))
for stage in range(2, 6):
    block = 0
    while f"s{stage}.pathway0_res{block}.branch2.a.weight" in w:
        p, down = f"s{stage}.pathway0_res{block}.", (1, 2, 2) if stage > 2 and block == 0 else (1, 1, 1)
        if p + "branch2.c.weight" in w:
            y = unit(x, p + "branch2.a", p + "branch2.a_bn").relu()
            y = unit(y, p + "branch2.b", p + "branch2.b_bn", down).relu()
            y = unit(y, p + "branch2.c", p + "branch2.c_bn")
        else:
            y = unit(x, p + "branch2.a", p + "branch2.a_bn", down).relu()
            y = unit(y, p + "branch2.b", p + "branch2.b_bn")
        x = (y + (unit(x, p + "branch1", p + "branch1_bn", down) if p + "branch1.weight" in w else x)).relu()
        if stage == 2 and block == 0:
            first = x
        block += 1
macs += x[0].numel() + w["head.projection.weight"].numel()
logits = x.mean((2, 3, 4)) @ w["head.projection.weight"].T + w["head.projection.bias"]
script = torch.jit.load(sys.argv[3]).eval()
scores = script(clips["x"] * (0.225 * 255) + 0.45 * 255)
print(json.dumps({"torch": torch.__version__, "metadata": header["__metadata__"], "logits": logits.tolist(), "macs": macs,
                  "scores": scores.tolist(), "same names": sorted(script.state_dict()) == sorted(w)}))
