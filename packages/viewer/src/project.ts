/**
 * A point after turning it by `yaw` about the vertical and tilting the view up by `pitch`, in
 * radians: right, up, and near. No perspective, so that lengths can be compared.
 *
 * Uses only its arguments, since its text becomes part of the player's page.
 */
export function project(
  point: readonly [number, number, number],
  yaw: number,
  pitch: number,
): [right: number, up: number, near: number] {
  const [x, y, z] = point;
  const right = x * Math.cos(yaw) + z * Math.sin(yaw);
  const depth = z * Math.cos(yaw) - x * Math.sin(yaw);
  return [
    right,
    y * Math.cos(pitch) - depth * Math.sin(pitch),
    y * Math.sin(pitch) + depth * Math.cos(pitch),
  ];
}
