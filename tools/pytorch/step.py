"""One pretraining step of HaLP in PyTorch, timed: the peer of bench/step.ts.

An independent model of the computation that the authors' code makes: batch normalisation, a GRU called one frame
at a time with carried state, a projection head, InfoNCE against a queue, hallucinated positives, SGD with momentum,
momentum update of the key encoder. Steps without and with the positives take turns. Random numbers in, milliseconds of each
step out, as one JSON line.

"precision": "float32"; "medium", which is torch.set_float32_matmul_precision('medium'); or "autocast", which is
torch.autocast('cpu', bfloat16) around both networks and the losses.

Usage: python step.py '{"hidden": 1024, "frames": 64, "batch": 64, "queue": 16384, "inputs": 150, "steps": 3, "precision": "float32"}'
"""

import json
import math
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Network(nn.Module):
    def __init__(self, inputs, hidden, outputs=128):
        super().__init__()
        self.norm = nn.BatchNorm1d(inputs)
        self.gru = nn.GRU(inputs, hidden, num_layers=3, bidirectional=True, batch_first=True)
        self.head = nn.Sequential(nn.Linear(2 * hidden, 2 * hidden), nn.ReLU(), nn.Linear(2 * hidden, outputs))

    def forward(self, x):
        x = self.norm(x.transpose(1, 2)).transpose(1, 2)
        state = None
        for t in range(x.shape[1]):
            out, state = self.gru(x[:, t : t + 1].contiguous(), state)
        return F.normalize(self.head(out[:, -1]), dim=1)


def halp_term(q, k, prototypes, count, hardness, temperature):
    """-(1/T) mean of q.z over the kept positives z; the gradient goes to q."""
    with torch.no_grad():
        similarity = k @ prototypes.T
        order = similarity.argsort(dim=1)
        nearest = prototypes[order[:, -1]]
        chosen = prototypes[order.gather(1, torch.randint(0, len(prototypes) - 1, (len(k), count), device=k.device))]
        anchor, own = k[:, None], nearest[:, None]
        angle = torch.acos((anchor * chosen).sum(-1).clamp(-1, 1))
        kappa = (1 - (chosen * own).sum(-1)) / (anchor * (own - chosen)).sum(-1)
        edge = torch.atan2(torch.sin(angle), kappa + torch.cos(angle)) / angle
        t = (1 - hardness * torch.rand_like(edge)) * edge
        z = (torch.sin((1 - t) * angle)[..., None] * anchor + torch.sin(t * angle)[..., None] * chosen) / torch.sin(angle)[..., None]
        kept = ((z[:, :, None] * prototypes).sum(-1).argmax(-1) == order[:, -1:]).float()
    return -((q[:, None] * z).sum(-1) * kept).sum() / kept.sum().clamp(min=1) / temperature


def main():
    options = json.loads(sys.argv[1])
    hidden, frames, batch = options["hidden"], options["frames"], options["batch"]
    torch.manual_seed(0)
    if "threads" in options:
        torch.set_num_threads(options["threads"])
    query, key = Network(options["inputs"], hidden), Network(options["inputs"], hidden)
    key.load_state_dict(query.state_dict())
    queue = F.normalize(torch.randn(options["queue"], 128), dim=1)
    prototypes = F.normalize(torch.randn(20, 128), dim=1)
    optimizer = torch.optim.SGD(query.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    views = [torch.randn(batch, frames, options["inputs"]) for _ in range(2)]
    precision = options.get("precision", "float32")
    if precision == "medium":
        torch.set_float32_matmul_precision("medium")
    times, pointer = {"moco": [], "halp": []}, 0
    for i in range(options["steps"] + 1):
        for kind in ("moco", "halp") if i % 2 == 0 else ("halp", "moco"):
            started = time.perf_counter()
            with torch.no_grad():
                for to, source in zip(key.parameters(), query.parameters()):
                    to.mul_(0.999).add_(source, alpha=0.001)
            with torch.autocast("cpu", torch.bfloat16, enabled=precision == "autocast"):
                with torch.no_grad():
                    k = key(views[1])
                q = query(views[0])
                logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / 0.07
                loss = F.cross_entropy(logits.float(), torch.zeros(batch, dtype=torch.long))
                if kind == "halp":
                    loss = loss + halp_term(q.float(), k.float(), prototypes, 100, 0.8, 0.07)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            queue[pointer : pointer + batch] = k
            pointer = (pointer + batch) % options["queue"]
            assert math.isfinite(loss.item())
            times[kind].append(1000 * (time.perf_counter() - started))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    found = {kind: each[1:] for kind, each in times.items()}
    print(json.dumps({**found, "gigabytes": memory, "torch": torch.__version__, "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
