// Attacks that work, each with the reason why that is so: any other one that does fails the lane.
export const knownLeaks: Readonly<Record<string, string>> = {};
