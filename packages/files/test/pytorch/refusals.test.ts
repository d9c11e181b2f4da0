import { describe, expect, it } from 'vitest';
import { global, text } from '../pickle/pickle-bytes.ts';
import {
  integer,
  type Operations,
  readTorch,
  refusal,
  row,
  six,
  tensor,
  torchLegacy,
  torchZip,
} from './torch-files.ts';

describe('parsePyTorch never executes, and refuses', () => {
  it.each([
    ['os', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'getattr'],
    ['torch.hub', 'load'],
    ['torch.storage', '_load_from_bytes'],
    ['torch.serialization', 'load'],
    ['argparse', 'Namespace'],
  ])('%s.%s, by name, in both formats', (module, name) => {
    const call = [global(module, name), text('echo'), 0x85, 'R'];
    for (const bytes of [torchZip(call), torchLegacy(call)]) {
      expect(refusal(bytes)).toContain(
        `expected plain data, tensors and NumPy arrays, got ${module}.${name}, which is not executed; save the state_dict() alone`,
      );
    }
  });

  const reference = (...id: Operations): Operations => ['(', ...id, 'tQ'];
  const float = global('torch', 'FloatStorage');
  it.each<[string, Operations, string]>([
    [
      'a reference to something else',
      reference(text('module'), float, text('0'), 'N', 'K', 6),
      'expected a reference to a storage, got "module"',
    ],
    ['a reference that is no tuple', ['NQ'], 'expected a reference to a storage, got "another"'],
    [
      'a storage of what is no storage',
      reference(text('storage'), global('collections', 'OrderedDict'), text('0'), 'N', 'K', 6),
      'expected a reference to a storage',
    ],
    [
      'a storage of no size',
      reference(text('storage'), float, text('0'), 'N', 'N'),
      'expected a reference to a storage',
    ],
    [
      'one storage with two sizes',
      ['](', ...tensor(row), ...tensor({ ...row, count: 5, shape: [5] }), 'e'],
      'expected storage "0" to be float32 [6] as before, got float32 [5]',
    ],
    [
      'one storage with two types',
      ['](', ...tensor(row), ...tensor({ ...row, storage: 'IntStorage' }), 'e'],
      'as before, got int32 [6]',
    ],
    [
      'a part beyond its storage',
      tensor({ ...row, part: ['(', text('1'), 'K', 4, 'K', 3, 't'] }),
      'expected a part of a storage of 6 numbers',
    ],
    [
      'a tensor without a storage',
      [global('torch._utils', '_rebuild_tensor'), '(NK', 0, '))tR'],
      'expected the storage of a tensor',
    ],
    [
      'a tensor of a tensor',
      [global('torch._utils', '_rebuild_tensor'), '(', ...tensor(row), 'K', 0, '))tR'],
      'expected the storage of a tensor',
    ],
    [
      'a parameter without a tensor',
      [global('torch._utils', '_rebuild_parameter'), '(N', 0x88, 'NtR'],
      'expected the tensor of a parameter',
    ],
    [
      'a parameter of a storage',
      [
        global('torch._utils', '_rebuild_parameter'),
        '(',
        ...reference(text('storage'), float, text('0'), 'N', 'K', 6),
        0x88,
        'NtR',
      ],
      'expected the tensor of a parameter',
    ],
    ['a call of a type', [global('torch', 'float32'), ')R'], 'expected a pickle operation, got'],
    ['a storage class as a value', [float], 'expected only values, got none'],
    [
      'an invalid type of a tensor',
      [
        global('torch._utils', '_rebuild_tensor_v3'),
        '(',
        ...reference(text('storage'), float, text('0'), 'N', 'K', 6),
        'K',
        0,
        '))',
        0x89,
        'N',
        text('torch.float32'),
        'tR',
      ],
      'expected the type of a tensor to be one of float64',
    ],
    [
      'another type than its storage has',
      [
        global('torch._utils', '_rebuild_tensor_v3'),
        '(',
        ...reference(text('storage'), float, text('0'), 'N', 'K', 6),
        'K',
        0,
        '))',
        0x89,
        'N',
        global('torch', 'int32'),
        'tR',
      ],
      'expected numbers of int32 in a storage, got float32',
    ],
    [
      'an invalid size',
      [global('torch', 'Size'), 'N', 0x85, 0x85, 'R'],
      'expected the sizes of a torch.Size',
    ],
    [
      'a counter of no dict',
      [global('collections', 'Counter'), 'N', 0x85, 'R'],
      'expected a dict of the counts',
    ],
    [
      'invalid pairs',
      [global('collections', 'OrderedDict'), '](NNe', 0x85, 'R'],
      'expected pairs to make an OrderedDict of',
    ],
    [
      'the same pairs twice',
      [
        '](',
        global('collections', 'OrderedDict'),
        ']',
        'q',
        0,
        0x85,
        'R',
        global('collections', 'OrderedDict'),
        'h',
        0,
        0x85,
        'Re',
      ],
      'expected pairs to make an OrderedDict of',
    ],
  ])('%s', (_, value, message) => {
    expect(refusal(torchZip(value, { 0: six }))).toContain(message);
  });

  it('leaves out the attributes of a dict, whatever they are', () => {
    const attributes = [
      '}(',
      text('clear'),
      global('collections', 'OrderedDict'),
      text('size'),
      'Nu',
    ];
    const value = [global('collections', 'OrderedDict'), ')R', ...attributes, 'b'];
    expect(readTorch(torchZip(value))).toEqual(new Map());
    // In JavaScript this would make a list of 2^31 places.
    const list = [']}', integer(2 ** 31 - 1), 'Nsb'];
    expect(readTorch(torchZip(list))).toEqual([]);
  });
});
