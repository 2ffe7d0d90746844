import { Module } from '@nestjs/common';
import { TemplatesModule } from '../templates.module.js';
import { TemplatesController } from './templates.controller.js';

/** Provides the endpoints of templates of records. */
@Module({ imports: [TemplatesModule], controllers: [TemplatesController] })
export class TemplatesHttpModule {}
