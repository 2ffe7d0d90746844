import { describe, expect, it } from 'vitest';
import type { CustomObject } from '../api/custom-objects';
import { changeOf, creationOf, draftOf, emptyDraft } from './object-draft';

const vehicle: CustomObject = {
  id: '018f0000-0000-7000-8000-000000000001',
  name: 'vehicle',
  plural: 'vehicles',
  path: '/vehicles',
  label: 'Vehicle',
  pluralLabel: 'Vehicles',
  nameField: 'name',
  records: { count: 0, isCapped: false },
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

describe('a new object', () => {
  it('sends only what says something', () => {
    const draft = { ...emptyDraft(), name: 'vehicle', plural: 'vehicles', label: ' Vehicle ' };
    expect(creationOf({ ...draft, pluralLabel: 'Vehicles', labels: { de: ' ' } })).toEqual({
      name: 'vehicle',
      plural: 'vehicles',
      label: 'Vehicle',
      pluralLabel: 'Vehicles',
      icon: 'cube',
      nameField: 'name',
      salesAccess: 'data',
    });
  });
});

describe('a change', () => {
  const start = draftOf(vehicle);

  it('is empty if nothing changed', () => {
    expect(changeOf(draftOf(vehicle), start)).toEqual({});
  });

  it('removes what was cleared', () => {
    const before = draftOf({
      ...vehicle,
      color: 'red',
      labels: { de: 'Fahrzeug' },
      operations: { delete: false },
    });
    expect(changeOf(start, before)).toEqual({ color: null, labels: null, operations: null });
  });

  it('replaces the field that names records by a template, and the other way round', () => {
    const composed = draftOf({
      ...vehicle,
      nameField: undefined,
      nameTemplate: '{custom.a} {custom.b}',
    } as CustomObject);
    expect(changeOf(composed, start)).toEqual({ nameTemplate: '{custom.a} {custom.b}' });
    expect(changeOf(start, composed)).toEqual({ nameField: 'name' });
  });

  it('tells a last stage from one without rules', () => {
    const draft = { ...start, stageField: 'custom.step', moves: { done: [] }, requires: { open: [] } };
    expect(changeOf(draft, start)).toEqual({ stages: { field: 'custom.step', moves: { done: [] } } });
  });
});
