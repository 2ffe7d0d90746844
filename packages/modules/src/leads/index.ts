export { type Conversion, type ConversionWish, LeadConversionService } from './lead-conversion.service.js';
export { leadRecord } from './leads.record.js';
export { LeadsModule } from './leads.module.js';
export { openLeads } from './open-leads.js';
export { LeadsService } from './leads.service.js';
