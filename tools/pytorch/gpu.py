"""Pretraining steps of MoCo or MoCo with HaLP in PyTorch on a GPU, timed: the peer of bench/gpu.ts.

The networks are those of step.py (a BiGRU that is called one frame at a time) and encoders.py (ST-GCN), the step is that
of step.py; what is timed ends when the GPU has finished. Random clips in, milliseconds of each step and what computed
out, as one JSON line. It has not been run on a GPU yet.

Usage: python gpu.py '{"encoder": "bigru", "halp": true, "hidden": 1024, "width": 64, "features": 256, "frames": 64,
                       "batch": 64, "queue": 16384, "joints": 25, "persons": 2, "steps": 20}'
"""

import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from encoders import StGcn
from step import Network, halp_term


class WithHead(nn.Module):
    """ST-GCN with a projection head of two layers."""

    def __init__(self, width, features, joints, outputs=128):
        super().__init__()
        self.encoder = StGcn(width, features, joints)
        self.head = nn.Sequential(nn.Linear(features, features), nn.ReLU(), nn.Linear(features, outputs))

    def forward(self, x):
        return F.normalize(self.head(self.encoder(x)), dim=1)


def network(o):
    if o["encoder"] == "bigru":
        return Network(3 * o["joints"] * o["persons"], o["hidden"])
    return WithHead(o["width"], o["features"], o["joints"])


def clips(o):
    n, t, v, m = o["batch"], o["frames"], o["joints"], o["persons"]
    return torch.randn(n, t, 3 * v * m) if o["encoder"] == "bigru" else torch.randn(n, 3, t, v, m)


def main():
    o = json.loads(sys.argv[1])
    device = torch.device("cpu" if o.get("cpu") else "cuda")
    torch.manual_seed(0)
    # Both sides compute in float32: no TensorFloat-32.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    query, key = network(o).to(device), network(o).to(device)
    key.load_state_dict(query.state_dict())
    queue = F.normalize(torch.randn(o["queue"], 128), dim=1).to(device)
    prototypes = F.normalize(torch.randn(20, 128), dim=1).to(device)
    optimizer = torch.optim.SGD(query.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    views = [clips(o).to(device) for _ in range(2)]
    times, pointer = [], 0
    for _ in range(o["steps"] + 1):
        started = time.perf_counter()
        with torch.no_grad():
            for to, source in zip(key.parameters(), query.parameters()):
                to.mul_(0.999).add_(source, alpha=0.001)
            k = key(views[1])
        q = query(views[0])
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / 0.07
        loss = F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long, device=device))
        if o["halp"]:
            loss = loss + halp_term(q, k, prototypes, 100, 0.8, 0.07)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        at = (pointer + torch.arange(len(k), device=device)) % o["queue"]
        queue[at] = k
        pointer = (pointer + len(k)) % o["queue"]
        # Waits for the GPU, as our side does when it reads the loss.
        assert math.isfinite(loss.item())
        times.append(1000 * (time.perf_counter() - started))
    name = "CPU" if device.type == "cpu" else torch.cuda.get_device_name()
    print(json.dumps({"milliseconds": times[1:], "device": f"{name}, PyTorch {torch.__version__}"}))


if __name__ == "__main__":
    main()
