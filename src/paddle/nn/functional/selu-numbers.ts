// Klambauer et al. 2017, https://arxiv.org/abs/1706.02515

/** The slope towards minus infinity of SELU. */
export const seluAlpha = 1.6732632423543772;
/** The factor that keeps the variance. */
export const seluScale = 1.0507009873554805;
