import { type Command, Help, type Option } from 'commander';

/** The heading of the options that several commands share. */
export const COMMON_GROUP = 'Common options:';

const usual = new Help();

/** Help texts that mark required options, with the common options after those of the command. */
export const help = {
  optionDescription: (option: Option): string =>
    usual.optionDescription(option) + (option.mandatory ? ' (required)' : ''),
  groupItems<Item extends Command | Option>(
    all: Item[],
    visible: Item[],
    groupOf: (item: Item) => string,
  ): Map<string, Item[]> {
    const groups = usual.groupItems(all, visible, groupOf);
    const common = groups.get(COMMON_GROUP);
    groups.delete(COMMON_GROUP);
    return common === undefined ? groups : groups.set(COMMON_GROUP, common);
  },
};
