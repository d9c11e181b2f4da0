import { Option } from 'commander';

/** `--channels`, of commands that read raw files. */
export function channelsOption(): Option {
  return new Option(
    '--channels <what>',
    'What the three numbers of a joint are, if a detector’s file does not say',
  ).choices(['xyz', 'xy-score']);
}
