/** What an API server answered to a request that it refused. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    /** HTTP status, from 400. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The API server can't be reached, or doesn't answer in time: nothing is known about what runs there. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

export const isForbidden = (error: unknown): boolean => error instanceof ApiError && error.status === 403;

/** Where the rest of a list can't be had any more: the server keeps it for some minutes. */
export const isExpired = (error: unknown): boolean => error instanceof ApiError && error.status === 410;
