"""Makes the files of this folder: python make.py, with torch and numpy. Values are (31 i + 7 k) mod 97 / 64
for element k of the network's i-th tensor, parameters first: exact in every float type."""
import collections, pickle, zipfile
import numpy as np, torch

def network(width=2, classes=4, kernels=(1, 1, 1, 3, 3)):
    parameters, norms = [], []
    def conv(name, o, i, t, s): parameters.append((name + ".weight", (o, i, t, s, s)))
    def norm(name, c):
        parameters.extend([(name + ".weight", (c,)), (name + ".bias", (c,))])
        norms.extend([(name + ".running_mean", (c,)), (name + ".running_var", (c,))])
    conv("s1.pathway0_stem.conv", width, 3, kernels[0], 7); norm("s1.pathway0_stem.bn", width)
    channels = width
    for s in range(4):
        inner, p = width << s, f"s{s + 2}.pathway0_res0."
        conv(p + "branch1", 4 * inner, channels, 1, 1); norm(p + "branch1_bn", 4 * inner)
        conv(p + "branch2.a", inner, channels, kernels[s + 1], 1); norm(p + "branch2.a_bn", inner)
        conv(p + "branch2.b", inner, inner, 1, 3); norm(p + "branch2.b_bn", inner)
        conv(p + "branch2.c", 4 * inner, inner, 1, 1); norm(p + "branch2.c_bn", 4 * inner)
        channels = 4 * inner
    parameters += [("head.projection.weight", (classes, channels)), ("head.projection.bias", (classes,))]
    return parameters + norms

tensors = collections.OrderedDict()
for i, (name, shape) in enumerate(network()):
    k = np.arange(np.prod(shape))
    tensors[name] = ((31 * i + 7 * k) % 97 / 64).astype("f4").reshape(shape)

state = collections.OrderedDict((n, torch.tensor(t)) for n, t in tensors.items())
state["s1.pathway0_stem.bn.num_batches_tracked"] = torch.tensor(7)
state["s2.pathway0_res0.branch1.weight"] = state["s2.pathway0_res0.branch1.weight"].half()
state["s3.pathway0_res0.branch1.weight"] = state["s3.pathway0_res0.branch1.weight"].bfloat16()
state["s4.pathway0_res0.branch1.weight"] = state["s4.pathway0_res0.branch1.weight"].double()
state["head.projection.weight"] = torch.nn.Parameter(state["head.projection.weight"].t().contiguous().t())
whole = torch.cat([torch.zeros(5), state["head.projection.bias"]])
state["head.projection.bias"] = whole[5:]
for name in ("running_mean", "running_var"):  # as split normalisation stores it
    state["s2.pathway0_res0.branch1_bn.bn." + name] = state.pop("s2.pathway0_res0.branch1_bn." + name)
    state["s2.pathway0_res0.branch1_bn.split_bn." + name] = torch.zeros(16)
full = {"epoch": 3, "model_state": state, "optimizer_state": {"state": {}, "param_groups": [{"lr": 0.1}]}, "cfg": "A: 1\n"}
torch.save(full, "pyslowfast.pyth")
torch.save(full, "older.pth", _use_new_zipfile_serialization=False)

vision = {"s1.pathway0_stem.conv": "conv1", "s1.pathway0_stem.bn": "bn1", "head.projection": "fc"}
for s in range(2, 6):
    p, q = f"s{s}.pathway0_res0.", f"layer{s - 1}.0."
    vision.update({p + "branch1_bn": q + "downsample.1", p + "branch1": q + "downsample.0"})
    vision.update({p + f"branch2.{c}{x}": q + f"{y}{i}" for i, c in enumerate("abc", 1) for x, y in (("_bn", "bn"), ("", "conv"))})
renamed = collections.OrderedDict()
for name, value in tensors.items():
    stem, kind = name.rsplit(".", 1)
    value = value[:, :, 0] if value.ndim == 5 else value  # two-dimensional, first frame
    if stem == "head.projection": value = np.resize(value, (9,) + value.shape[1:])
    renamed[vision[stem] + "." + kind] = torch.tensor(value.copy())
torch.save(renamed, "torchvision.pth")

blobs, letters = {"lr": np.float32(0.1), "model_iter": np.int64(9)}, {"weight": "s", "bias": "b", "running_mean": "rm", "running_var": "riv"}
for name, value in tensors.items():
    stem, kind = name.rsplit(".", 1)
    if stem.startswith("head"): key = "pred_" + kind[0]
    elif stem == "s1.pathway0_stem.conv": key = "conv1_w"
    elif stem == "s1.pathway0_stem.bn": key = "res_conv1_bn_" + letters[kind]
    else:
        stage, branch = stem[1], stem.split("res0.")[1].replace("branch2.", "branch2")
        key = f"res{stage}_0_{branch}" + ("_" + letters[kind] if branch.endswith("_bn") else "_w")
    blobs[key] = value
    blobs[key + "_momentum"] = value
pickle.dump({"blobs": blobs}, open("caffe2.pkl", "wb"), protocol=2)

class Execute:
    def __reduce__(self): return (eval, ("open('executed', 'w').write('x')",))
torch.save({"model_state": state, "x": Execute()}, "executes.pth")
