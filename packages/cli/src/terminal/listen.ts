import { eventText, type RunEvent } from '@halp/runs/node';
import { expectOutput } from './expect-output.ts';
import { withFlags } from './option-flags.ts';
import { type Output } from './output.ts';
import { showProgress } from './progress.ts';

/** An output that also shows the events of `@halp/runs`. */
export interface ListeningOutput extends Output {
  /** Shows an event: training as a bar on a terminal and its last epoch as a line, everything else as lines. */
  readonly onEvent: (event: RunEvent) => void;
  /** Removes the progress bar, if one is shown. */
  stop(): void;
}

/** Adds the handling of events to an output. */
export function listening(output: Output): ListeningOutput {
  expectOutput('listening', output);
  let training:
    { readonly recipe: string; readonly bar: ReturnType<typeof showProgress> } | undefined;
  /** The recipe of a training whose last step is done and whose last epoch is not in the log yet. */
  let ending: string | undefined;
  const stop = (): void => {
    training?.bar.stop();
    training = undefined;
  };
  return {
    ...output,
    stop,
    onEvent(event) {
      switch (event.kind) {
        case 'step': {
          const { recipe, step, steps } = event;
          if (step === steps) {
            // The numbers of the last epoch, with its kNN, come with its entry in the log.
            stop();
            ending = recipe;
            return;
          }
          ending = undefined;
          if (training?.recipe !== recipe) {
            stop();
            // The remaining time is estimated from the steps after this one: it was not timed.
            training = { recipe, bar: showProgress(recipe, steps, output, step) };
          }
          training.bar.update(step, eventText(event));
          return;
        }
        case 'sweep': {
          const { sweep, epoch, epochs } = event;
          if (training?.recipe !== sweep) {
            stop();
            training = { recipe: sweep, bar: showProgress(sweep, epochs, output, epoch) };
          }
          training.bar.update(epoch, eventText(event));
          return;
        }
        case 'epoch':
          // The others are shown by the bar, and all are stored in the run's log.
          if (event.recipe !== ending) return;
          ending = undefined;
          output.line(eventText(event));
          return;
        case 'note':
        case 'warning':
        case 'classifier-epoch':
        case 'evaluation':
        case 'coordinates':
        case 'fusion':
        case 'classified':
          for (const line of eventText(event).split('\n')) output.line(withFlags(line));
      }
    },
  };
}
