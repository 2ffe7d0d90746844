import type { Maker } from '@pellucid/platform/records';

/** A template as it is stored. */
export interface TemplateRow<Content> {
  id: string;
  object: string;
  name: string;
  content: Content;
  isShared: boolean;
  /** Null if an API key made it. */
  ownerId: string | null;
  owner: Maker | null;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** A template as its reader may use it, without its content. */
export type TemplateHead = Omit<TemplateRow<unknown>, 'content' | 'ownerId'> & { mayChange: boolean };

/** What people say about a template. */
export interface TemplateInput<Content> {
  object: string;
  name: string;
  content: Content;
  isShared?: boolean | undefined;
}

/** What people change about a template; what is left out stays. */
export type TemplateChange<Content> = {
  [Part in keyof TemplateInput<Content>]?: TemplateInput<Content>[Part] | undefined;
};
