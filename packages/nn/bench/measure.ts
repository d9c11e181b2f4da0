/** Median and least milliseconds of `work`, on the clock and of the processor, as text. */
export function measure(work: () => void, runs: number): string {
  const warmUp = 3;
  const times = Array.from({ length: runs + warmUp }, () => {
    const [start, used] = [performance.now(), process.cpuUsage()];
    work();
    const { user, system } = process.cpuUsage(used);
    return { clock: performance.now() - start, processor: (user + system) / 1000 };
  }).slice(warmUp);
  const describe = (unit: 'clock' | 'processor'): string => {
    const sorted = times.map((time) => time[unit]).toSorted((a, b) => a - b);
    const [least = NaN, median = NaN] = [sorted[0], sorted[Math.floor(runs / 2)]];
    return `${median.toFixed(1)} ms (least ${least.toFixed(1)})`;
  };
  return `${describe('clock')}, processor ${describe('processor')}`;
}
