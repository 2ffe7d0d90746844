import type { WebFieldType } from './web-field-type';

export const text: WebFieldType = {};
