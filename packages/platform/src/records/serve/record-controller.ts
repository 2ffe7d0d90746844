import type { Type } from '@nestjs/common';
import { ProblemError } from '../../errors/index.js';
import type { RecordDescriptor } from '../describe/index.js';
import { addDeleteEndpoints } from './endpoints/delete-endpoints.js';
import { addPastEndpoints } from './endpoints/past-endpoints.js';
import { addReadEndpoints } from './endpoints/read-endpoints.js';
import { RecordEndpoints } from './endpoints/record-endpoints.js';
import { addWriteEndpoints } from './endpoints/write-endpoints.js';

/**
 * Creates a controller class with the endpoints that every object has. An operation that the object does not offer gets no
 * endpoint.
 */
export function recordController(d: RecordDescriptor): Type<unknown> {
  const endpoints = new RecordEndpoints(d);
  addReadEndpoints(endpoints);
  addPastEndpoints(endpoints);
  addWriteEndpoints(endpoints);
  addDeleteEndpoints(endpoints);
  return endpoints.controller;
}

/** 404 for an object that this caller may not use. */
export const noSuchObject = (key: string) =>
  new ProblemError(404, 'notFound', 'Not found', `There is no object "${key}".`);
