"""Proves with PyTorch that @halp/files reads what torch.save writes, and that torch.load reads what it writes.

Values with every type, with strides, shared storages and so on are saved in both formats and with every pickle
protocol, read by copy-pytorch.ts and compared bit by bit; what it writes of them is loaded with weights_only=True and
compared with the values again. Files given as arguments are treated likewise.

Usage, from the root of the repository: python tools/pytorch/roundtrip.py [FILE]...
"""

import base64
import itertools
import json
import random
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter, OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn

RANDOM_VIEWS = 300
HALF = (torch.float16, torch.bfloat16)


def types():
    floats = [0.0, -0.0, 0.1, -1.5, float("inf"), -float("inf"), float("nan"), 1e-40, 6e-8, 65504.0]
    values = {str(t): torch.tensor(floats, dtype=t) for t in (torch.float64, torch.float32, *HALF)}
    for t in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.uint16, torch.uint32, torch.uint64):
        values[str(t)] = torch.tensor([torch.iinfo(t).min, 1, torch.iinfo(t).max], dtype=t)
    values["bool"] = torch.tensor([True, False, True])
    return values


def views():
    base = torch.arange(120, dtype=torch.float32).reshape(2, 3, 4, 5)
    shared = torch.arange(10, dtype=torch.int64)
    twice = torch.ones(3)
    return {
        "scalar": torch.tensor(2.5), "empty": torch.zeros(2, 0, 3), "no storage": torch.tensor([]),
        "transposed": base.permute(3, 1, 0, 2), "steps": base[:, ::2, 1:3, ::3], "offset": base[1, 2, 3, 4],
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 50), "all zero strides": torch.tensor(7).expand(4, 5, 6),
        "parts": [shared[:4], shared[2:], shared[9], shared.flip(0)],
        "twice": [twice, twice, twice[1:]], "half": base.half().transpose(0, 3), "bfloat": base.bfloat16()[:, 1],
        "bools": (base > 50).transpose(1, 2), "wide": torch.arange(6).to(torch.uint16).reshape(2, 3).t(),
        "bytes as floats": torch.arange(16, dtype=torch.uint8).view(torch.float32)[1:],
        "channels last": base.contiguous(memory_format=torch.channels_last),
    }


def random_views(seed):
    rng = random.Random(seed)
    storage = torch.arange(1000, dtype=rng.choice([torch.float32, torch.int16, torch.float64, torch.float16]))
    result = []
    for _ in range(RANDOM_VIEWS):
        shape = [rng.randrange(0 if rng.random() < 0.1 else 1, 5) for _ in range(rng.randrange(6))]
        strides = [rng.choice([0, 1, 2, 3, 5, 7, 20, 50]) for _ in shape]
        offset = rng.randrange(1000 - sum((n - 1) * s for n, s in zip(shape, strides) if n > 0))
        result.append(storage.as_strided(shape, strides, offset))
    return result


def training():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.GRU(4, 2, batch_first=True))
    sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    adam = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.MultiStepLR(sgd, [3, 5, 5])
    model(torch.randn(5, 3))[0].sum().backward()
    sgd.step()
    adam.step()
    return {
        "epoch": 451, "arch": "moco", "best": np.float64(87.125), "count": np.int64(2**40), "state_dict": model.state_dict(),
        "optimizer": sgd.state_dict(), "adam": adam.state_dict(), "schedule": schedule.state_dict(),
        "parallel": nn.DataParallel(model).state_dict(), "parameters": list(model.parameters()),
    }


def plain():
    return {
        "integers": [0, 255, 256, 65535, -1, 2**31, -(2**31) - 1, 2**53, 2**63 - 1, -(2**63)], "floats": [0.5, -0.1, float("inf"), 1e300],
        "texts": ["", "ü", "\U0001f3c3"], "nested": [[], {}, (), (1, (2, [3])), None, True, False], "size": torch.Size([2, 3]),
        "device": torch.device("cuda:1"), "ordered": OrderedDict([("b", 1), ("a", 2)]), "counter": Counter("abca"), 3: {4: 5},
        "many": list(range(2500)), "long": {str(i): i for i in range(2500)},
    }


def same(ours, theirs, where="value"):
    """Fails unless what copy-pytorch.ts printed is the value."""
    def check(condition):
        if not condition:
            raise AssertionError(f"{where}: expected {theirs!r}, got {ours!r}")

    if isinstance(theirs, torch.Tensor):
        wanted = (theirs.float() if theirs.dtype in HALF else theirs).detach().resolve_neg().contiguous()
        check(isinstance(ours, dict) and ours.get("dtype") == str(wanted.dtype).removeprefix("torch."))
        check(ours["shape"] == list(wanted.shape))
        check(base64.b64decode(ours["bytes"]) == wanted.cpu().numpy().tobytes())
    elif isinstance(theirs, dict):
        check(isinstance(ours, dict) and len(ours.get("dict", [])) == len(theirs))
        for (key, value), (their_key, their_value) in zip(ours["dict"], theirs.items()):
            same(key, their_key, f"key of {where}")
            same(value, their_value, f"{where}[{their_key!r}]")
    elif isinstance(theirs, (list, tuple)):
        check(isinstance(ours, list) and len(ours) == len(theirs))
        for i, (item, their_item) in enumerate(zip(ours, theirs)):
            same(item, their_item, f"{where}[{i}]")
    elif theirs is None or isinstance(theirs, (bool, np.bool_, str, torch.device)):
        check(ours == (theirs if theirs is None or isinstance(theirs, (bool, str)) else str(theirs)))
    elif isinstance(theirs, (int, float, np.number)):
        check(isinstance(ours, dict))
        number = int(ours["int"]) if "int" in ours else struct.unpack("<d", base64.b64decode(ours["float"]))[0]
        check(struct.pack("<d", number) == struct.pack("<d", theirs) and (abs(theirs) < 2**53 or number == theirs))
    else:
        raise AssertionError(f"{where}: no rule for {type(theirs)}")


def plain_of(value):
    """The value as it may be after a round trip, printed as copy-pytorch.ts prints."""
    if isinstance(value, torch.Tensor):
        full = (value.float() if value.dtype in HALF else value).detach().contiguous().cpu()
        return {"dtype": str(full.dtype).removeprefix("torch."), "shape": list(full.shape), "bytes": base64.b64encode(full.numpy().tobytes()).decode()}
    if isinstance(value, dict):
        return {"dict": [[plain_of(k), plain_of(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return [plain_of(item) for item in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int) and abs(value) >= 2**53:
        return {"int": str(value)}
    return {"float": base64.b64encode(struct.pack("<d", value)).decode()}


def is_aligned(path):
    with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            file.seek(info.header_offset + 26)
            name, extra = struct.unpack("<HH", file.read(4))
            if (info.header_offset + 30 + name + extra) % 64 != 0:
                return False
        return archive.testzip() is None


def main():
    torch.manual_seed(0)
    values = {"types": types(), "views": views(), "training": training(), "plain": plain()}
    values |= {f"random views {seed}": random_views(seed) for seed in range(8)}
    values |= {"bare": values["training"]["state_dict"], "tensor": torch.eye(3)}
    with tempfile.TemporaryDirectory() as folder:
        cases = []
        for (name, value), new, protocol in itertools.product(values.items(), (True, False), range(2, 6)):
            if not new and name in ("types", "views"):
                # The old format has no storages of 16 to 64 bits without sign, nor two types of one storage.
                value = {k: v for k, v in value.items() if not k.startswith("torch.uint") or k == "torch.uint8"}
                value = {k: v for k, v in value.items() if k not in ("wide", "bytes as floats")}
            path = Path(folder, f"{len(cases)}.pt")
            torch.save(value, path, _use_new_zipfile_serialization=new, pickle_protocol=protocol)
            cases.append((f"{name}, {'zip' if new else 'legacy'}, protocol {protocol}", value, path))
        for given in sys.argv[1:]:
            cases.append((given, torch.load(given, map_location="cpu", weights_only=True), Path(given)))
        copies = [Path(folder, f"{i}.copy.pt") for i in range(len(cases))]
        paths = [str(p) for (_, _, path), copy in zip(cases, copies) for p in (path, copy)]
        command = ["npx", "tsx", "--conditions=@halp/source", "tools/pytorch/copy-pytorch.ts", *paths]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        assert len(lines) == len(cases)
        for (name, value, path), copy, line in zip(cases, copies, lines):
            ours = json.loads(line)
            same(ours, value, name)
            again = torch.load(copy, weights_only=True)
            assert plain_of(again) == ours, f"{name}: torch.load gives another value than was written"
            assert is_aligned(copy), f"{name}: expected members at multiples of 64, with their checksums"
        model = values["training"]
        network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.GRU(4, 2, batch_first=True))
        index = next(i for i, (name, *_) in enumerate(cases) if name.startswith("bare, zip"))
        network.load_state_dict(torch.load(copies[index], weights_only=True))
        for name, tensor in network.state_dict().items():
            assert torch.equal(tensor, model["state_dict"][name]), name
    print(f"{len(cases)} files read and written as PyTorch {torch.__version__} does")


main()
