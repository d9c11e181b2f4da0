/**
 * The first element that matches a selector.
 *
 * @throws Error if there is none or it is of another class.
 */
export function find<Kind extends Element>(
  root: ParentNode,
  selector: string,
  kind: new () => Kind,
): Kind {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`find: expected a ${kind.name} '${selector}', got ${found?.tagName ?? 'none'}`);
}
