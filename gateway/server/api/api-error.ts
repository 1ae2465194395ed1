// Why a question to the API isn't answered, in words for whoever asked.
import type { ApiResponse } from '../../admin/index.ts';

export class ApiError extends Error {
  readonly response: ApiResponse;

  constructor(status: number, message: string, hint: string) {
    super(message);
    this.response = { status, body: { error: { message, hint } } };
  }
}

export const wrong = (status: number, message: string, hint: string): ApiError =>
  new ApiError(status, message, hint);
