# mistakes: dense_is_more_than_a_layer
class Pooler(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.dense = nn.Sequential(nn.Linear(d_model, d_model), nn.Tanh())

    def forward(self, hidden):
        return self.dense(hidden[:, 0])
