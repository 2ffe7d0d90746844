import type { Maker } from '@pellucid/platform/records';
import type { ImportOptions } from '../import-options.schema.js';

/** A template as it is stored. */
export interface TemplateRow {
  id: string;
  object: string;
  name: string;
  options: ImportOptions;
  isShared: boolean;
  /** Null if an API key made it. */
  ownerId: string | null;
  owner: Maker | null;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** A column that a template maps to a field which is gone, or which its reader may not fill. */
export interface LeftOutColumn {
  column: string;
  /** Key of the field, for those who know it anyway. */
  field: string | null;
}

/** A template as its reader may use it. */
export type ImportTemplate = Omit<TemplateRow, 'ownerId'> & {
  leftOut: LeftOutColumn[];
  mayChange: boolean;
};

/** What people say about a template. */
export interface TemplateInput {
  name: string;
  options: ImportOptions;
  isShared?: boolean | undefined;
}
