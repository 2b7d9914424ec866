/** Every host named, in the order written. */
export function parse(input: string, options?: Record<string, never>): readonly string[];
