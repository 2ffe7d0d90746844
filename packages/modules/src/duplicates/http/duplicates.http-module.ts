import { Module } from '@nestjs/common';
import { DuplicatesModule } from '../duplicates.module.js';
import { DuplicateRulesController } from './duplicate-rules.controller.js';
import { DuplicatesController } from './duplicates.controller.js';

/** Provides the endpoints of duplicates and of the rules about them. */
@Module({ imports: [DuplicatesModule], controllers: [DuplicateRulesController, DuplicatesController] })
export class DuplicatesHttpModule {}
