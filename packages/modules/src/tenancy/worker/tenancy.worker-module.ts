import { Module } from '@nestjs/common';
import { RestateTextsHandler } from '../jobs/restate-texts.handler.js';
import { TextFormsRepository } from '../text-forms.repository.js';
import { TextFormUpkeep } from './text-form-upkeep.js';

/** Keeps the stored forms of texts up to date. */
@Module({
  providers: [TextFormsRepository, RestateTextsHandler, TextFormUpkeep],
  exports: [TextFormUpkeep, RestateTextsHandler],
})
export class TenancyWorkerModule {}
