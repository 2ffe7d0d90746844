/** Path of the API. It has the same origin, so that the refresh cookie can be SameSite=Strict. */
export const API_ROOT = '/api/v1';
