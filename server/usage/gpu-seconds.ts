/**
 * GPU seconds of a rental: whole GPUs times seconds, rounded.
 *
 * @param milliGpu thousandths of one GPU, of each of `gpuCount`
 */
export function gpuSeconds({
  gpuCount,
  milliGpu,
  seconds,
}: {
  gpuCount: number;
  milliGpu: number;
  seconds: number;
}): number {
  return Math.round((gpuCount * milliGpu * seconds) / 1_000);
}
