import { expect, it } from 'vitest';
import { inBrowserTests, type Pages } from './in-browser.ts';

const wasmNames = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
];

inBrowserTests(['wasm'], (pages: () => Pages) => {
  /** Starts wasm on a new page with these files; returns the backend's name or the error. */
  async function wasmFrom(wasmFiles: unknown): Promise<string> {
    const page = await pages().browser.newPage();
    await page.goto(pages().address);
    const said = await page.evaluate(
      (files) =>
        (
          globalThis as unknown as { program: { startWasm: (files: unknown) => Promise<string> } }
        ).program.startWasm(files),
      wasmFiles,
    );
    await page.close();
    return said;
  }

  it('starts wasm from a folder, or from files by name or by path', async () => {
    const byPath = Object.fromEntries(
      wasmNames.map((name) => [
        `/node_modules/@tensorflow/tfjs-backend-wasm/dist/${name}`,
        `/${name}`,
      ]),
    );
    expect(await wasmFrom('./')).toBe('wasm');
    expect(await wasmFrom(pages().address.replace(/\/$/, ''))).toBe('wasm');
    expect(await wasmFrom(byPath)).toBe('wasm');
    expect(await wasmFrom(undefined)).toBe('wasm');
    expect(await wasmFrom({ 'tfjs-backend-wasm.wasm': '/a.wasm' })).toBe(
      `startBackend: expected wasmFiles to have ${wasmNames.join(', ')}, got 'tfjs-backend-wasm.wasm'`,
    );
  });

  it('reports the address without a .wasm file, and starts from another one afterwards', async () => {
    const advice =
      'serve the files of @tensorflow/tfjs-backend-wasm there, or give their place as wasmFiles';
    expect(await wasmFrom('/nowhere')).toBe(
      `startBackend: wasm cannot start: no .wasm at ${pages().address}nowhere/tfjs-backend-wasm-simd.wasm (HTTP 404); ${advice}`,
    );
    expect(await wasmFrom('/pages')).toBe(
      `startBackend: wasm cannot start: no .wasm at ${pages().address}pages/tfjs-backend-wasm-simd.wasm (the server answers with text/html); ${advice}`,
    );
    const page = await pages().browser.newPage();
    await page.goto(`${pages().address}pages/`);
    const said = await page.evaluate(async () => {
      const { startWasm } = (
        globalThis as unknown as { program: { startWasm: (files?: unknown) => Promise<string> } }
      ).program;
      return [await startWasm('/nowhere'), await startWasm('/'), await startWasm()];
    });
    expect(said[0]).toMatch(/no \.wasm at .*nowhere/);
    expect(said.slice(1)).toEqual(['wasm', 'wasm']);
    await page.close();
  });

  it('reports the same error for the default address, next to the page', async () => {
    for (const [folder, got] of [
      ['pages', 'the server answers with text/html'],
      ['bare', 'HTTP 404'],
    ] as const) {
      const page = await pages().browser.newPage();
      await page.goto(`${pages().address}${folder}/`);
      const said = await page.evaluate(() =>
        (
          globalThis as unknown as { program: { startWasm: () => Promise<string> } }
        ).program.startWasm(),
      );
      await page.close();
      expect(said).toContain(
        `no .wasm at ${pages().address}${folder}/tfjs-backend-wasm-simd.wasm (${got})`,
      );
    }
  });
});
