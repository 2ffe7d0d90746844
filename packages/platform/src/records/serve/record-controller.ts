import type { Type } from '@nestjs/common';
import { ProblemError } from '../../errors/index.js';
import type { EndpointSpec } from '../../http/endpoint.js';
import { customObject, type RecordDescriptor } from '../describe/index.js';
import { addDeleteEndpoints } from './endpoints/delete-endpoints.js';
import { addMergeEndpoints } from './endpoints/merge-endpoints.js';
import { addPastEndpoints } from './endpoints/past-endpoints.js';
import { addReadEndpoints } from './endpoints/read-endpoints.js';
import { RecordEndpoints } from './endpoints/record-endpoints.js';
import { addWriteEndpoints } from './endpoints/write-endpoints.js';

/**
 * Creates a controller class with the endpoints that every object has. An operation that the object does not offer gets no
 * endpoint.
 */
export function recordController(d: RecordDescriptor): Type<unknown> {
  return endpointsOf(new RecordEndpoints(d)).controller;
}

/** Creates the controller class that serves all objects that companies made: requests name the object in the path. */
export function customRecordController(): Type<unknown> {
  return endpointsOf(new RecordEndpoints(ANY_CUSTOM_OBJECT, true)).controller;
}

/** Returns the endpoints that an object of a company has, for the API document. */
export function customObjectEndpoints(d: RecordDescriptor): EndpointSpec[] {
  return endpointsOf(new RecordEndpoints(d)).specs;
}

/** Stands for every object that companies made, where it doesn't matter which one it is. */
const ANY_CUSTOM_OBJECT = customObject({
  id: '',
  name: 'customRecord',
  plural: '{object}',
  number: 0,
  label: 'Record',
  pluralLabel: 'Custom records',
  settings: {},
  isDeleted: false,
});

function endpointsOf(endpoints: RecordEndpoints): RecordEndpoints {
  addReadEndpoints(endpoints);
  addPastEndpoints(endpoints);
  addWriteEndpoints(endpoints);
  addDeleteEndpoints(endpoints);
  addMergeEndpoints(endpoints);
  return endpoints;
}

/** 404 for an object that this caller may not use. */
export const noSuchObject = (key: string) =>
  new ProblemError(404, 'notFound', 'Not found', `There is no object "${key}".`);
