/** Replaces a file by a text of a's and one of b's in turn until it is killed. Arguments: path, size. */
import { writeFileAtomic } from '@halp/files/node';

const [path = '', size] = process.argv.slice(2);
for (let i = 0; ; i++) {
  await writeFileAtomic(path, (i % 2 === 0 ? 'b' : 'a').repeat(Number(size)));
  if (i === 1) console.log('writing');
}
