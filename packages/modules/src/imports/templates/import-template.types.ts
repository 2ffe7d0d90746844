import type { TemplateHead } from '@pellucid/modules/templates';
import type { ImportOptions } from '../import-options.schema.js';

/** A column that a template maps to a field which is gone, or which its reader may not fill. */
export interface LeftOutColumn {
  column: string;
  /** Key of the field, for those who know it anyway. */
  field: string | null;
}

/** What a reader may use of a template. */
export interface ShownOptions {
  options: ImportOptions;
  leftOut: LeftOutColumn[];
}

/** A template as its reader may use it. */
export type ImportTemplate = TemplateHead & ShownOptions;
