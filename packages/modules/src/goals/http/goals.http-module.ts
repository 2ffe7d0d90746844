import { Module } from '@nestjs/common';
import { GoalsModule } from '../goals.module.js';
import { GoalsController } from './goals.controller.js';

@Module({ imports: [GoalsModule], controllers: [GoalsController] })
export class GoalsHttpModule {}
