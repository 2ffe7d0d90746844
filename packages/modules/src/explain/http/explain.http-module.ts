import { Module } from '@nestjs/common';
import { ExplainModule } from '../explain.module.js';
import { ExplainController } from './explain.controller.js';

/** Provides the endpoints of explanations. */
@Module({ imports: [ExplainModule], controllers: [ExplainController] })
export class ExplainHttpModule {}
