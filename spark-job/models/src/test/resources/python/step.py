"""python step.py MODEL.safetensors THREADS DEVICE STEPS WAYS SHAPES: seconds of a training step in torch alone.

WAYS are LAYOUT/PRECISION/ARITHMETIC, SHAPES are CLIPSxFRAMESxCROP, with commas between. A line a way and shape: both,
least and median seconds of the steps (of a CPU on one, of a clock on a GPU), loss. Slow, SlowFast (alpha 4) and what else
has their names."""
import sys, time
import torch, torch.nn.functional as F
from safetensors.torch import load_file

file, threads, device, steps, ways, shapes = sys.argv[1:]
torch.set_num_threads(int(threads))
gpu = device != "cpu"
clock = time.perf_counter if gpu else time.process_time
w = load_file(file, device=device)
for name, tensor in w.items():
    tensor.requires_grad_("running" not in name)

def unit(x, conv, norm, stride=(1, 1, 1)):
    k = w[conv + ".weight"]
    x = F.conv3d(x, k, stride=stride, padding=[s // 2 for s in k.shape[2:]])
    return F.batch_norm(x, w[norm + ".running_mean"], w[norm + ".running_var"], w[norm + ".weight"], w[norm + ".bias"], True)

def block(x, p, down):
    y = F.relu_(unit(x, p + "branch2.a", p + "branch2.a_bn"))
    y = F.relu_(unit(y, p + "branch2.b", p + "branch2.b_bn", down))
    y = unit(y, p + "branch2.c", p + "branch2.c_bn")
    return F.relu_(y + (unit(x, p + "branch1", p + "branch1_bn", down) if p + "branch1.weight" in w else x))

def fuse(x, stage):
    if len(x) == 2:
        to_slow = F.relu_(unit(x[1], f"s{stage}_fuse.conv_f2s", f"s{stage}_fuse.bn", (4, 1, 1)))
        x[0] = torch.cat([x[0], to_slow], 1)

def logits(x):
    if "s1_fuse.bn.weight" in w:
        x = [x[:, :, torch.linspace(0, x.shape[2] - 1, x.shape[2] // 4).long().to(x.device)], x]
    else:
        x = [x]
    for p in range(len(x)):
        if last:
            x[p] = x[p].contiguous(memory_format=torch.channels_last_3d)
        x[p] = F.relu_(unit(x[p], f"s1.pathway{p}_stem.conv", f"s1.pathway{p}_stem.bn", (1, 2, 2)))
        x[p] = F.max_pool3d(x[p], (1, 3, 3), (1, 2, 2), (0, 1, 1))
    fuse(x, 1)
    for stage in range(2, 6):
        for p in range(len(x)):
            b = 0
            while f"s{stage}.pathway{p}_res{b}.branch2.a.weight" in w:
                x[p] = block(x[p], f"s{stage}.pathway{p}_res{b}.", (1, 2, 2) if stage > 2 and b == 0 else (1, 1, 1))
                b += 1
        if stage < 5:
            fuse(x, stage)
    return F.linear(torch.cat([f.mean((2, 3, 4)) for f in x], 1), w["head.projection.weight"], w["head.projection.bias"])

def measure(way, shape):
    n, t, s = map(int, shape.split("x"))
    g = torch.Generator().manual_seed(1)
    pixels, y = torch.randint(0, 256, (n, 3, t, s, s), dtype=torch.uint8, generator=g), torch.arange(n).to(device) % 4
    seconds = []
    for _ in range(int(steps)):
        start = clock()
        for tensor in w.values():
            if tensor.grad is not None:
                tensor.grad.zero_()
        x = pixels.to(device).float().div_(255).sub_(0.45).div_(0.225)
        with torch.autocast("cuda" if gpu else "cpu", torch.bfloat16, enabled=half):
            loss = F.cross_entropy(logits(x), y)
        loss.backward()
        value = loss.item()
        seconds.append(clock() - start)
    seconds.sort()
    print(way, shape, f"{seconds[0]:.4f} {seconds[len(seconds) // 2]:.4f} {value:.4f}", flush=True)

for way in ways.split(","):
    layout, precision, arithmetic = way.split("/")
    last, half, fast = layout == "channels-last", precision == "bfloat16", arithmetic == "fast"
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = fast
    torch.backends.cudnn.deterministic = not fast
    for shape in shapes.split(","):
        measure(way, shape)
