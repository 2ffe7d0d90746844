export { KeptTemplates, TemplateParts } from './kept/kept-templates.js';
export type { TemplateHead, TemplateRow } from './kept/template.types.js';
export { TemplatesModule } from './templates.module.js';
