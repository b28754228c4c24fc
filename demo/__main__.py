from demo.command import main

main()
