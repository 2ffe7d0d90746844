import { Module } from '@nestjs/common';
import { ExplainModule } from '../explain.module.js';
import { ExplainController } from './explain.controller.js';

/** Explanations over HTTP. */
@Module({ imports: [ExplainModule], controllers: [ExplainController] })
export class ExplainHttpModule {}
