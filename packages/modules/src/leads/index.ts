export { type Conversion, type ConversionWish, LeadConversionService } from './lead-conversion.service.js';
export { leadRecord } from './leads.record.js';
export { LeadsModule } from './leads.module.js';
export { LeadsService } from './leads.service.js';
