/** @returns a function from a file of the folder to what its findings hang on, as a hash */
export function fileKeys(root: string): (file: string) => string;
