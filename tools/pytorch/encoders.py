"""One pass of ST-GCN: a training step (train), a forward pass in training mode without gradients (key) or an inference,
in PyTorch, timed: the peer of bench/encoders.ts.

An independent model of the network: data normalisation, ten blocks of graph convolution (spatial partition with three
subsets, learnable edge importance), batch normalisation, ReLU and a temporal convolution of nine frames, mean over
joints, frames and persons. Random clips in, milliseconds of each pass out, as one JSON line.

Usage: python encoders.py '{"width": 16, "features": 256, "batch": 64, "frames": 50, "joints": 25, "persons": 2,
                            "steps": 5, "kind": "train"}'
"""

import json
import math
import resource
import sys
import time

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, adjacency, residual=True):
        super().__init__()
        self.register_buffer("adjacency", adjacency)
        self.importance = nn.Parameter(torch.ones_like(adjacency))
        self.mix = nn.Conv2d(inputs, outputs * len(adjacency), 1)
        self.first = nn.BatchNorm2d(outputs)
        self.temporal = nn.Conv2d(outputs, outputs, (9, 1), (stride, 1), (4, 0))
        self.second = nn.BatchNorm2d(outputs)
        self.shortcut = None
        if residual:
            same = inputs == outputs and stride == 1
            self.shortcut = nn.Identity() if same else nn.Sequential(nn.Conv2d(inputs, outputs, 1, (stride, 1)), nn.BatchNorm2d(outputs))

    def forward(self, x):
        n, _, t, v = x.shape
        mixed = self.mix(x).view(n, len(self.adjacency), -1, t, v)
        y = torch.einsum("nkctv,kvw->nctw", mixed, self.adjacency * self.importance).contiguous()
        y = self.second(self.temporal(torch.relu_(self.first(y))))
        return torch.relu_(y if self.shortcut is None else y + self.shortcut(x))


class StGcn(nn.Module):
    def __init__(self, width, features, joints):
        super().__init__()
        adjacency = torch.rand(3, joints, joints) * (torch.rand(3, joints, joints) < 0.06)
        self.norm = nn.BatchNorm1d(3 * joints)
        widths = [3] + [width] * 4 + [2 * width] * 3 + [4 * width] * 2 + [features]
        self.blocks = nn.ModuleList(
            Block(a, b, 2 if i in (4, 7) else 1, adjacency, residual=i > 0) for i, (a, b) in enumerate(zip(widths, widths[1:]))
        )

    def forward(self, x):
        n, c, t, v, m = x.shape
        x = self.norm(x.permute(0, 4, 3, 1, 2).reshape(n * m, v * c, t))
        x = x.view(n * m, v, c, t).permute(0, 2, 3, 1).contiguous()
        for block in self.blocks:
            x = block(x)
        return x.mean((2, 3)).view(n, m, -1).mean(1)


def main():
    o = json.loads(sys.argv[1])
    torch.manual_seed(0)
    if "threads" in o:
        torch.set_num_threads(o["threads"])
    model = StGcn(o["width"], o["features"], o["joints"])
    clips = torch.randn(o["batch"], 3, o["frames"], o["joints"], o["persons"])
    weights = torch.randn(o["batch"], o["features"])
    if o["kind"] == "inference":
        model.eval()
    times, used = [], []
    for _ in range(o["steps"] + 1):
        started, before = time.perf_counter(), time.process_time()
        if o["kind"] == "train":
            model.zero_grad()
            loss = (model(clips) * weights).sum()
            loss.backward()
        else:
            with torch.inference_mode():
                loss = model(clips).sum()
        assert math.isfinite(loss.item())
        times.append(1000 * (time.perf_counter() - started))
        used.append(1000 * (time.process_time() - before))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"milliseconds": times[1:], "processor": used[1:], "gigabytes": memory, "torch": torch.__version__, "threads": torch.get_num_threads(), "parameters": sum(p.numel() for p in model.parameters())}))


if __name__ == "__main__":
    main()
