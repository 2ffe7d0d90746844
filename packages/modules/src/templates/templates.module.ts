import { Module } from '@nestjs/common';
import { TemplateParts } from './kept/kept-templates.js';
import { TemplatesRepository } from './kept/templates.repository.js';
import { RecordTemplatesService } from './record-templates.service.js';

/** Templates of records, and what every kind of templates needs. */
@Module({
  providers: [TemplatesRepository, TemplateParts, RecordTemplatesService],
  exports: [TemplateParts, RecordTemplatesService],
})
export class TemplatesModule {}
