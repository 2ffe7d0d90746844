import { Module } from '@nestjs/common';
import { ActivitiesModule } from '../activities.module.js';
import { activityControllers } from './activities.controllers.js';

@Module({ imports: [ActivitiesModule], controllers: activityControllers })
export class ActivitiesHttpModule {}
