// Honest work that is disturbed, each with the reason why that is so: any other that is fails the lane.
export const knownDisturbances: Readonly<Record<string, string>> = {};
