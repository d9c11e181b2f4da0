export { aimclr } from './objectives/aimclr.ts';
export type { AimclrOptions, ExtremeEmbeddings, ExtremeViews } from './objectives/aimclr.ts';
export type { AnchoredObjective, Embeddings } from './parts/anchored-objective.ts';
export { barlowTwinsLoss } from './losses/barlow-twins-loss.ts';
export type { BarlowTwinsOptions } from './losses/barlow-twins-loss.ts';
export { barlowTwins } from './objectives/barlow-twins.ts';
export type { BarlowTwinsObjectiveOptions } from './objectives/barlow-twins.ts';
export { byolLoss } from './losses/byol-loss.ts';
export { byol, cosineMomentum } from './objectives/byol.ts';
export type { ByolOptions } from './objectives/byol.ts';
export { cmd } from './objectives/cmd.ts';
export type { CmdOptions } from './objectives/cmd.ts';
export {
  crossModalDistillation,
  neighbourDistillation,
} from './objectives/cross-modal-distillation.ts';
export type {
  DistillationOptions,
  StreamEmbeddings,
} from './objectives/cross-modal-distillation.ts';
export { crossViewLoss } from './losses/cross-view-loss.ts';
export type { CrossViewOptions } from './losses/cross-view-loss.ts';
export { crossclr } from './objectives/crossclr.ts';
export type { CrossclrOptions } from './objectives/crossclr.ts';
export { d3mLoss } from './losses/d3m-loss.ts';
export { infoNCELoss, infoNCELogits } from './losses/info-nce.ts';
export type { InfoNCEOptions } from './losses/info-nce.ts';
export { createKeyQueue } from './parts/key-queue.ts';
export type { KeyQueue, KeyQueueOptions } from './parts/key-queue.ts';
export { l2Normalize } from './parts/l2-normalize.ts';
export { mlp } from './parts/mlp.ts';
export type { MlpOptions } from './parts/mlp.ts';
export { moco } from './objectives/moco.ts';
export type { MocoOptions } from './objectives/moco.ts';
export { momentumPair } from './parts/momentum-pair.ts';
export type {
  Embedder,
  MomentumOptions,
  MomentumPair,
  NetworkPair,
  ViewPair,
} from './parts/momentum-pair.ts';
export { multiPositiveLoss } from './losses/multi-positive-loss.ts';
export type { MultiPositiveOptions, PositivesCombined } from './losses/multi-positive-loss.ts';
export { nearestNeighbourLoss } from './losses/nearest-neighbour-loss.ts';
export type { NearestNeighbourOptions } from './losses/nearest-neighbour-loss.ts';
export { ntXentLoss } from './losses/nt-xent-loss.ts';
export type { NtXentOptions } from './losses/nt-xent-loss.ts';
export { oneNetwork } from './parts/one-network.ts';
export type { LossTerms, OneNetworkOptions } from './parts/one-network.ts';
export { simclr } from './objectives/simclr.ts';
export type { SimclrOptions } from './objectives/simclr.ts';
export type { StreamPairsOptions } from './parts/stream-pairs.ts';
export type { PerStream, StreamsObjective } from './parts/streams-objective.ts';
export { supConLoss } from './losses/sup-con-loss.ts';
export type { SupConOptions } from './losses/sup-con-loss.ts';
export { supCon } from './objectives/sup-con.ts';
export type { LabelledViews, SupConObjectiveOptions } from './objectives/sup-con.ts';
export { vicRegLoss } from './losses/vic-reg-loss.ts';
export type { VicRegOptions } from './losses/vic-reg-loss.ts';
export { vicReg } from './objectives/vic-reg.ts';
export type { VicRegObjectiveOptions } from './objectives/vic-reg.ts';
export { viewPairs } from './objectives/view-pairs.ts';
export type {
  ViewBatch,
  ViewLoader,
  ViewPairBatch,
  ViewPairBatches,
  ViewPairsOptions,
} from './objectives/view-pairs.ts';
