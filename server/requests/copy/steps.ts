/** The work on a copy as its person sees it, in its order. */
export const copySteps = ['collect', 'seal', 'tell'] as const;

export const stepPositions = { collect: 0, seal: 1, tell: 2 } as const satisfies Record<
  (typeof copySteps)[number],
  number
>;
