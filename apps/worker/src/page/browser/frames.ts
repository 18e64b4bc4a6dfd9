/** Frames of a clip that are tracked: as the model was trained on. */
export const FRAMES = 32;
