import { Option } from 'commander';

/** `--channels` of the commands that take a bare file. */
export function channelsOption(): Option {
  return new Option(
    '--channels <what>',
    'what the three numbers of a joint are, where a file of a detector does not say it',
  ).choices(['xyz', 'xy-score']);
}
