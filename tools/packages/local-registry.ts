import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Manifest } from './published.ts';

/** A package as `npm pack` made it. */
export interface Tarball {
  readonly manifest: Manifest;
  /** The path of the file. */
  readonly path: string;
  /** Its hash, as npm writes it. */
  readonly integrity: string;
}

/** A registry that runs. */
export interface LocalRegistry {
  /** Where it is, for npm's option `@halp:registry`. */
  readonly url: string;
  /** Ends it. */
  readonly close: () => void;
}

/** Serves packages as npm's registry will when they are published, to this machine alone. */
export async function serveTarballs(tarballs: readonly Tarball[]): Promise<LocalRegistry> {
  const byName = new Map(tarballs.map((tarball) => [tarball.manifest.name, tarball]));
  const server = createServer(({ url = '/', headers }, response) => {
    const [, name = '', isFile] = /^\/([^?]*?)(\.tgz)?$/.exec(decodeURIComponent(url)) ?? [];
    const tarball = byName.get(name);
    if (tarball === undefined) {
      response.writeHead(404).end('{}');
    } else if (isFile !== undefined) {
      response.end(readFileSync(tarball.path));
    } else {
      const address = `http://${headers.host ?? ''}/${name}.tgz`;
      // So that npm keeps nothing of it.
      const type = { 'content-type': 'application/json', 'cache-control': 'no-store' };
      response.writeHead(200, type).end(JSON.stringify(documentOf(tarball, address)));
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What a registry answers for a package: its versions, of which there is one. */
function documentOf({ manifest, integrity }: Tarball, tarball: string): object {
  const { name, version } = manifest;
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist: { tarball, integrity } } },
  };
}
