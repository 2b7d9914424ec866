/** Copies the ended jobs and elements of a closed store until it has that many elements more. */
export function addHistory(storePath: string, elements: number): void;
