/** Owns what a job sees of GPUs besides what its dialect says: nothing where it asked for some and there are none. */

import type { Fitting, Piece } from "./outfit-piece.ts";

/** The variables that programs take their devices from. */
const masks = ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL"];

/** Names by which Grid Engine's sites count GPUs. */
const requestNames = ["gpu", "gpus", "ngpus", "cuda"];

/** Masks for a job of Grid Engine, and empty ones for a job that asked for GPUs in vain. */
export function gpuPiece({ start }: Fitting): Piece {
  const { job, element } = start;
  const requested = (job.spec.requests ?? []).find(
    ({ name, value }) => requestNames.includes(name) && !/^(0|false)$/i.test(value),
  );
  const devices = element.gpuList;
  if (devices.length === 0)
    return { variables: job.need.gpus > 0 || requested ? masks.map((name) => [name, ""] as const) : [] };
  if (job.dialect !== "sge") return { variables: [] };
  return {
    variables: [
      ...masks.map((name) => [name, devices.join(",")] as const),
      [`SGE_HGR_${requested?.name ?? "gpu"}`, devices.join(" ")],
    ],
  };
}
