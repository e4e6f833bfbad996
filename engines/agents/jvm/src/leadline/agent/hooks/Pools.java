package leadline.agent.hooks;

import java.util.concurrent.ForkJoinTask;
import leadline.agent.record.Carrying;
import leadline.agent.record.Walk;

/** Tasks that are handed to pools, and run there: they keep their place in the request. */
final class Pools {
    private Pools() {}

    static void add(Hooks.Table table) {
        Advice captured = new Advice() {
            @Override
            public void before(Walk walk, Call call) {
                Carrying.capture(call.self instanceof ForkJoinTask ? call.self : call.argument(0));
            }
        };
        table.hook("java/util/concurrent/ThreadPoolExecutor", "execute", "(Ljava/lang/Runnable;)", captured);
        table.hook("java/util/concurrent/ScheduledThreadPoolExecutor", "delayedExecute", "(", captured);
        table.hook("java/util/concurrent/ForkJoinTask", "fork", "()", captured);
        String pool = "java/util/concurrent/ForkJoinPool";
        for (String method : new String[] {"execute", "submit", "invoke"}) {
            table.hook(pool, method, "(Ljava/util/concurrent/ForkJoinTask;)", captured);
        }
        table.rewriting(pool, "execute", "(Ljava/lang/Runnable;)", new Advice() {
            @Override
            public void before(Walk walk, Call call) {
                if (call.argument(0) instanceof ForkJoinTask) {
                    Carrying.capture(call.argument(0));
                } else if (call.argument(0) instanceof Runnable task) {
                    call.arguments[0] = Carrying.carried(task);
                }
            }
        });
        table.hook("java/util/concurrent/ForkJoinTask", "doExec", "()", new Advice() {
            @Override
            public boolean isAlways() {
                return true;
            }

            @Override
            public void before(Walk walk, Call call) {
                call.state = Carrying.taken(walk, call.self);
            }

            @Override
            public void after(Walk walk, Call call, Object result, Throwable error) {
                Carrying.returned(walk, call.state);
            }
        });
    }
}
