import { Module } from '@nestjs/common';
import { ExplainService } from './explain.service.js';
import { RightsService } from './rights.service.js';

/** Lists and explains decisions about rights. */
@Module({ providers: [ExplainService, RightsService], exports: [ExplainService, RightsService] })
export class ExplainModule {}
